const STALE_AFTER = 3500;
const POLL_EVERY = 2000;
const REOPEN_AFTER = 1500;

// Keeps the model fresh: server-sent events while they flow, questions every two seconds where they do not, nothing
// at all while the tab is hidden.
export class Feed {
  #address;
  #handlers;
  #load;
  #source = null;
  #timers = [];
  #opened = false;
  #lastNews = null;
  #polling = false;
  #loading = false;
  #again = false;

  /**
   * @param address gives where the events come from
   * @param handlers by event name
   * @param load reads everything from the start, rejects where it cannot
   */
  constructor(address, handlers, load) {
    this.#address = address;
    this.#handlers = handlers;
    this.#load = load;
  }

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop() : this.#begin()));
    if (!document.hidden) this.#begin();
  }

  /** connecting, live, polling or stale, and the age of the last news in seconds. */
  status() {
    const age = this.#lastNews == null ? null : (performance.now() - this.#lastNews) / 1000;
    if (age == null) return { mode: "connecting", age };
    if (age * 1000 > STALE_AFTER) return { mode: "stale", age };
    return { mode: this.#polling ? "polling" : "live", age };
  }

  async reload() {
    this.#again = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    try {
      await this.#load();
      this.#news();
    } catch {
      // The age of the last news tells the person; the next attempt comes by itself.
    } finally {
      this.#loading = false;
    }
    if (this.#again) await this.reload();
  }

  /** For another stream: its own events from the start. */
  restart() {
    this.#stop();
    this.#begin();
  }

  #begin() {
    this.reload().then(() => this.#open());
    this.#timers.push(setInterval(() => this.#pollIfSilent(), POLL_EVERY));
  }

  #stop() {
    this.#timers.splice(0).forEach(clearInterval);
    this.#source?.close();
    this.#source = null;
    this.#opened = false;
    this.#lastNews = null;
  }

  #open() {
    if (document.hidden) return;
    this.#source?.close();
    const source = new EventSource(this.#address());
    this.#source = source;
    let failed = false;
    source.onopen = () => {
      this.#opened = true;
      if (failed) this.reload();
      failed = false;
    };
    source.onerror = () => {
      failed = true;
      this.#opened = false;
      if (source.readyState === EventSource.CLOSED) this.#timers.push(setTimeout(() => this.#reopen(source), REOPEN_AFTER));
    };
    for (const [name, handle] of Object.entries(this.#handlers)) {
      source.addEventListener(name, (event) => {
        this.#polling = false;
        this.#news();
        handle(JSON.parse(event.data));
      });
    }
  }

  #reopen(source) {
    if (this.#source === source) this.#open();
  }

  #pollIfSilent() {
    if (this.#opened && this.status().mode === "live") return;
    this.#polling = true;
    this.reload();
  }

  #news() {
    this.#lastNews = performance.now();
  }
}
