package org.raptiformica.cli;

import java.util.ArrayList;
import java.util.List;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.StepTime;

/** What a dry run found: a line a step of each machine, then the table of all. */
final class Rehearsal {

    private static final List<String> HEADER = List.of("Machine", "Step", "Would be");

    private Rehearsal() {}

    static int print(Session session, List<MachineResult> results) {
        session.endProgress();
        if (session.format() == OutputFormat.TABLE) {
            List<List<String>> rows = new ArrayList<>();
            results.forEach(result ->
                    result.steps().forEach(step -> rows.add(List.of(result.machine(), step.step(), wouldBe(step)))));
            session.console().table(HEADER, rows);
            session.console().warn("dry run: nothing was changed; 'changed' means that it would be");
        }
        return MachineTable.print(session, results);
    }

    private static String wouldBe(StepTime step) {
        return step.result();
    }
}
