package org.raptiformica.cluster.journey;

/** Tells a person how far each machine is. Thread-safe: machines are handled in parallel. */
public interface Progress {

    /** Begins the line of a machine. */
    Track track(String machine);

    /** Says something that belongs to no machine. */
    void note(String text);

    /** The line of one machine, used by one thread at a time. */
    interface Track {

        /** The machine is known by another name from now on: an instance that has got its address. */
        void rename(String machine);

        /** A step begins; the one before it is over. */
        void step(String step);

        /** How far the running step is, such as "12 of 40 MB". */
        void detail(String text);

        /** A line that says more than most people want to know. */
        void output(String line);

        /** A line that a bootstrap on the machine printed. */
        void printed(String line);

        /** Something that went wrong and stops nothing. */
        void warn(String text);

        /** The machine is done. */
        void done(String result);

        /** The machine failed in the running step. */
        void failed(String reason);
    }
}
