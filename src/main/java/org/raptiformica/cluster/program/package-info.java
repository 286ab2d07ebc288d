/** The program on this machine: the files it is made of, and its agent where the machine is a node. */
@NullMarked
package org.raptiformica.cluster.program;

import org.jspecify.annotations.NullMarked;
