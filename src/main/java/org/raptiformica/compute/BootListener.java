package org.raptiformica.compute;

/** Hears what is printed while an instance is booted. */
@FunctionalInterface
public interface BootListener {

    /**
     * One line.
     *
     * @param instance whose it is; its address is not known yet
     */
    void line(Instance instance, String text);
}
