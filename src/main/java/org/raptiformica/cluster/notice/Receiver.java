package org.raptiformica.cluster.notice;

/** Something that shows people a message. */
interface Receiver {

    /** What it is and where, for failure messages; nothing secret. */
    String name();

    /**
     * Shows a text of one line.
     *
     * @throws org.raptiformica.failure.StepFailed when nobody will see it
     */
    void tell(String text);
}
