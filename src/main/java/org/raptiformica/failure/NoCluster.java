package org.raptiformica.failure;

/** There is no cluster to ask, or none of its nodes answers. */
public final class NoCluster extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public NoCluster(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
