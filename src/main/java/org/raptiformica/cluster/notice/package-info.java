/** Telling people what happens to the cluster: one message a change, whichever node it comes from. */
@NullMarked
package org.raptiformica.cluster.notice;

import org.jspecify.annotations.NullMarked;
