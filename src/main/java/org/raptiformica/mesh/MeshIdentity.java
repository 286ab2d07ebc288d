package org.raptiformica.mesh;

import java.net.Inet6Address;

/**
 * Who a node is in the mesh, for ever.
 *
 * @param publicKey in the engine's own writing: 64 hex digits for Yggdrasil, {@code ….k} for cjdns
 * @param address the mesh address, made from the key
 */
public record MeshIdentity(String publicKey, Inet6Address address) {}
