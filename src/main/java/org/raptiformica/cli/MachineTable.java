package org.raptiformica.cli;

import com.google.gson.JsonArray;
import java.util.List;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.failure.Failure;

/** The end of every command that handles machines: what happened where. */
final class MachineTable {

    /** The checkout ends its line: packaging scripts of 0.1 take what follows the last slash for the instance's id. */
    private static final List<String> HEADER =
            List.of("Machine", "Name", "Result", "Seconds", "Mesh address", "Reason", "Checkout");

    private MachineTable() {}

    /** Prints the results and returns the exit code. */
    static int print(Session session, List<MachineResult> results) {
        session.endProgress();
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            results.forEach(result -> list.add(result.toJson()));
            session.console().json(list);
        } else {
            session.console()
                    .table(HEADER, results.stream().map(MachineTable::row).toList());
        }
        results.stream().flatMap(result -> result.failure().stream()).forEach(session::warn);
        return exitCode(results).number();
    }

    private static List<String> row(MachineResult result) {
        return List.of(
                result.machine(),
                result.name(),
                result.result(),
                Seconds.text(result.time()),
                result.meshAddress().orElse("-"),
                result.failure().map(MachineTable::reason).orElse("-"),
                result.checkout().map(Object::toString).orElse("-"));
    }

    private static String reason(Failure failure) {
        return failure.what().lines().findFirst().orElse("?");
    }

    /** Tells whether all, some or none succeeded: where none did it is that of the failure, if all failed alike. */
    static ExitCode exitCode(List<MachineResult> results) {
        List<Failure> failures =
                results.stream().flatMap(result -> result.failure().stream()).toList();
        if (failures.isEmpty()) {
            return ExitCode.OK;
        }
        List<ExitCode> codes = failures.stream().map(ExitCode::of).distinct().toList();
        if (failures.size() < results.size()) {
            return ExitCode.SOME_FAILED;
        }
        return codes.size() == 1 ? codes.getFirst() : ExitCode.ALL_FAILED;
    }
}
