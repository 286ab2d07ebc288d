package org.raptiformica.agent.lan;

/**
 * Where a node was heard.
 *
 * @param host the address that its call came from, IPv4 or IPv6 without brackets and zone
 * @param port where it says that its mesh engine listens
 */
public record HeardAt(String host, int port) {}
