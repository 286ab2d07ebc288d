/**
 * Instances: machines that a compute type of a module boots on this client, each bound to a checkout of the compute type's
 * source. Booting, finding, removing them, and the keys that log in to them.
 */
@NullMarked
package org.raptiformica.compute;

import org.jspecify.annotations.NullMarked;
