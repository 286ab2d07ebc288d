/** A store that is lost or wrong: backups of it and back, and what is left of it when its servers are gone for good. */
@NullMarked
package org.raptiformica.cluster.recovery;

import org.jspecify.annotations.NullMarked;
