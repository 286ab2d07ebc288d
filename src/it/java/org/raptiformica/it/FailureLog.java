package org.raptiformica.it;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Prints the end of the agent's log of each machine of a test that fails, before the machines are removed. */
public final class FailureLog
        implements BeforeAllCallback, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    private static final int LINES = 40;

    @Override
    public void beforeAll(ExtensionContext context) {
        BootedMachines.begin();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    private static Throwable withLogs(ExtensionContext context, Throwable failure) {
        StringBuilder text = new StringBuilder("\nFAILED: ")
                .append(context.getRequiredTestClass().getSimpleName())
                .append(", ")
                .append(context.getDisplayName())
                .append(": ")
                .append(failure.getMessage())
                .append('\n');
        try {
            BootedMachines.containers().forEach(container -> text.append(log(container)));
        } catch (RuntimeException | AssertionError unreadable) {
            failure.addSuppressed(unreadable);
        }
        System.out.println(text);
        return failure;
    }

    private static String log(String container) {
        String machine = Docker.run("inspect", "--format", "{{.Config.Hostname}}, {{.State.Status}}", container);
        // Also the log of one that has been stopped can be copied.
        String end = Local.shell("docker cp " + container
                + ":/var/log/raptiformica/agent.log - 2>/dev/null | tar -xO 2>/dev/null" + " | tail -n " + LINES);
        return "--- " + machine + ": " + (end.isEmpty() ? "no agent.log" : "the end of agent.log") + '\n' + end + '\n';
    }
}
