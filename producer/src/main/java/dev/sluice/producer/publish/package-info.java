/** The mixing block, transactional publication, resume. */
@NullMarked
package dev.sluice.producer.publish;

import org.jspecify.annotations.NullMarked;
