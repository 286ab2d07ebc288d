package org.raptiformica.provision;

import java.util.Optional;

/**
 * One way of provisioning that a server type names ({@code server.<server_type>.<name>} of a module file).
 *
 * @param name its source is checked out at {@code /usr/etc/<name>}
 * @param source a URL for git, {@code file://} included
 * @param bootstrap read by a shell, in the checkout, as root
 */
public record ServerTypeEntry(String name, Optional<String> source, String bootstrap) {}
