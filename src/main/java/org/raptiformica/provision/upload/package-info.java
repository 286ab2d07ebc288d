/** Sending a machine the program, the artifacts and the modules that it lacks, in one stream. */
@NullMarked
package org.raptiformica.provision.upload;

import org.jspecify.annotations.NullMarked;
