package org.raptiformica.provision.artifact;

/** Hears how far a transfer is. */
@FunctionalInterface
public interface Progress {

    /** Nobody wants to know. */
    Progress SILENT = (what, done, total) -> {};

    /**
     * Called now and then from the thread that transfers.
     *
     * @param what what is transferred, as in {@code consul}
     * @param done bytes so far
     * @param total bytes in all, 0 where that is not known
     */
    void at(String what, long done, long total);
}
