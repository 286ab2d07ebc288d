package org.raptiformica.cluster.entering;

import java.util.Optional;

/**
 * How far a machine goes on its path.
 *
 * @param serverType what it is provisioned as; absent: the first available one
 * @param provision whether the server type's bootstraps run
 * @param assimilate whether it becomes a node
 * @param afterAssimilate whether the client's hook {@code after_assimilate} fires
 * @param afterMesh whether the node's hook {@code after_mesh} fires
 */
public record SlaveOptions(
        Optional<String> serverType,
        boolean provision,
        boolean assimilate,
        boolean afterAssimilate,
        boolean afterMesh) {}
