/** What a mesh engine is: identities, links, and which of them a node should keep. The engines are below this package. */
@NullMarked
package org.raptiformica.mesh;

import org.jspecify.annotations.NullMarked;
