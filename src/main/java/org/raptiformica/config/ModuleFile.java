package org.raptiformica.config;

import java.nio.file.Path;

/**
 * A module file, flattened.
 *
 * @param path where it is
 * @param mapping what it says, without what is wrong in it
 */
public record ModuleFile(Path path, Mapping mapping) {}
