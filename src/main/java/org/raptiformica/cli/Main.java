package org.raptiformica.cli;

/** The program's entry. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Interruption interruption = Interruption.install(Thread.currentThread());
        int exit = new Program(Console.ofProcess(), System.getenv()).run(arguments);
        interruption.over();
        System.out.flush();
        Runtime.getRuntime().halt(interruption.happened() ? ExitCode.INTERRUPTED.number() : exit);
    }
}
