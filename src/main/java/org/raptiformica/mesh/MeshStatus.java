package org.raptiformica.mesh;

/** How the engine on this node does. */
public sealed interface MeshStatus {

    /**
     * It answers.
     *
     * @param version of the engine
     * @param identity it runs with
     * @param links how many are up
     */
    record Running(String version, MeshIdentity identity, int links) implements MeshStatus {}

    /**
     * It runs and does not answer as it should: only a restart cures that.
     *
     * @param what was asked, and what came
     */
    record Hung(String what) implements MeshStatus {}

    /**
     * It does not run, or cannot be asked.
     *
     * @param what was tried, and what came
     */
    record Stopped(String what) implements MeshStatus {}
}
