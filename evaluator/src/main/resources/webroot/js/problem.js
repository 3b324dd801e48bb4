/** A problem of RFC 9457, or that there was no answer. */
export class Problem extends Error {
  constructor(message, { status = 0, violations = [] } = {}) {
    super(message);
    this.status = status;
    this.violations = violations;
  }
}
