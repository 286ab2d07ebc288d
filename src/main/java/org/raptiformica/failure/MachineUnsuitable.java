package org.raptiformica.failure;

/** A machine was reached and cannot become a node as it is: platform, root, TUN device, disk, clock, a taken port. */
public final class MachineUnsuitable extends Failure {

    /**
     * @param where the machine, file or option
     * @param what a clause that says what was found
     * @param remedy a sentence that says what to do
     */
    public MachineUnsuitable(String where, String what, String remedy) {
        super(where, what, remedy);
    }
}
