package org.raptiformica.agent.lan;

/** Whether this node knows others and has a link with none of them. Thread-safe. */
public final class Solitude {

    private boolean alone;

    /** What was found now. */
    public synchronized void set(boolean now) {
        alone = now;
        if (now) {
            notifyAll();
        }
    }

    /** What was found last. */
    public synchronized boolean isNow() {
        return alone;
    }

    /** Waits until it is so. */
    synchronized void await() throws InterruptedException {
        while (!alone) {
            wait();
        }
    }
}
