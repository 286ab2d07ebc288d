package org.raptiformica.provision;

/**
 * What became of one step on one machine.
 *
 * @param step a short name, as in {@code artifact consul}
 * @param detail what a person may want to know about it, or nothing
 */
public record StepResult(String step, Status status, String detail) {

    /** How a step ended. */
    public enum Status {
        /** It was as it should be already. */
        OK,
        /** It was brought about. */
        CHANGED;

        /** The word that people and programs read: {@code ok}, {@code changed}. */
        public String word() {
            return switch (this) {
                case OK -> "ok";
                case CHANGED -> "changed";
            };
        }
    }

    public static StepResult ok(String step) {
        return new StepResult(step, Status.OK, "");
    }

    public static StepResult changed(String step, String detail) {
        return new StepResult(step, Status.CHANGED, detail);
    }
}
