/**
 * A store that has lost its quorum: whether that is for good, and this node's part in bringing it back, by itself or as a
 * person orders.
 */
@NullMarked
package org.raptiformica.agent.recovery;

import org.jspecify.annotations.NullMarked;
