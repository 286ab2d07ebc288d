/** Binaries: which ones a cluster needs, where they may come from, and the client's store of them. */
@NullMarked
package org.raptiformica.provision.artifact;

import org.jspecify.annotations.NullMarked;
