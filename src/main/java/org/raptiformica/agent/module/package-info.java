/**
 * The files of modules: every node has those that the cluster has, in the same version.
 */
@NullMarked
package org.raptiformica.agent.module;

import org.jspecify.annotations.NullMarked;
