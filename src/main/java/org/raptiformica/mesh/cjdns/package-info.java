/** cjdns as a mesh engine: links over UDP, addresses in fc00::/8, an admin protocol of bencode over UDP. */
@NullMarked
package org.raptiformica.mesh.cjdns;

import org.jspecify.annotations.NullMarked;
