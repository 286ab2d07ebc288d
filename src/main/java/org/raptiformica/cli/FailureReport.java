package org.raptiformica.cli;

import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.raptiformica.failure.Defect;
import org.raptiformica.failure.Failure;
import picocli.CommandLine.ParameterException;

/**
 * How a command that failed says so: on standard error for people; where JSON was asked for also as an object on standard
 * output. Each method returns the exit code.
 */
record FailureReport(Console console, OutputFormat format, Verbosity verbosity) {

    int tell(Failure failure) {
        json(ExitCode.of(failure), failure.where(), failure.what(), failure.remedy());
        warn(failure);
        return ExitCode.of(failure).number();
    }

    /** Says it on standard error alone, where the result that was printed has it already. */
    void warn(Failure failure) {
        console.warn("raptiformica: " + failure.message());
        if (failure instanceof Defect && verbosity == Verbosity.VERBOSE) {
            Optional.ofNullable(failure.getCause()).ifPresent(cause -> cause.printStackTrace(console.err()));
        }
    }

    int usage(ParameterException wrong) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String what = String.valueOf(wrong.getMessage());
        String remedy = "See `" + command + " --help`.";
        json(ExitCode.USAGE, command, what, remedy);
        console.warn(what);
        console.warn("  " + remedy);
        return ExitCode.USAGE.number();
    }

    int interrupted() {
        String remedy = "run the same command again to go on";
        json(ExitCode.INTERRUPTED, "raptiformica", "interrupted", remedy);
        console.warn("interrupted: " + remedy);
        return ExitCode.INTERRUPTED.number();
    }

    private void json(ExitCode kind, String where, String what, String remedy) {
        if (format != OutputFormat.JSON) {
            return;
        }
        JsonObject told = new JsonObject();
        told.addProperty("kind", kind.name().toLowerCase(Locale.ROOT));
        told.addProperty("where", where);
        told.addProperty("what", what);
        told.addProperty("remedy", remedy);
        JsonObject json = new JsonObject();
        json.add("failure", told);
        console.json(json);
    }
}
