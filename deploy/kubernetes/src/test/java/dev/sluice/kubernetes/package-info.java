/** Whether the manifests are valid, say what the code says, and keep the security rules. */
@NullMarked
package dev.sluice.kubernetes;

import org.jspecify.annotations.NullMarked;
