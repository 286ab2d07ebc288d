package org.raptiformica.it;

/** The Docker images that the machines of tests boot from. */
final class MachineImage {

    /** An SSH server and what a mesh engine needs, without the program. */
    static final String BARE = "raptiformica-baseimage";

    private MachineImage() {}

    /**
     * The same after provisioning: the program and the artifacts are in place, and an upload finds nothing to send.
     * {@code build/tests} makes it; a test that is run without it gets bare machines, which only takes longer.
     */
    static String provisioned() {
        String image = System.getProperty("raptiformica.it.image", "");
        return image.isEmpty() ? BARE : image;
    }
}
