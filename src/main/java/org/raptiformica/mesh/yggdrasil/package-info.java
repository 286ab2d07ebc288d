/** Yggdrasil as a mesh engine: links over TLS and QUIC, addresses in 200::/7. Versions 0.5 and newer. */
@NullMarked
package org.raptiformica.mesh.yggdrasil;

import org.jspecify.annotations.NullMarked;
