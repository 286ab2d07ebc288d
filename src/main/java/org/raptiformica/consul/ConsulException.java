package org.raptiformica.consul;

/** Consul could not be asked, or did not do what it was asked. The kinds differ in what the caller may conclude. */
public abstract sealed class ConsulException extends RuntimeException {

    private ConsulException(String message) {
        super(message);
    }

    private ConsulException(String message, Throwable cause) {
        super(message, cause);
    }

    /** No answer: nobody listens, the time is over, the answer broke off. A write surely did not happen. */
    public static final class Unreachable extends ConsulException {
        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A write was sent and its answer was lost, so it may have happened or may happen yet: look before repeating. */
    public static final class OutcomeUnknown extends ConsulException {
        OutcomeUnknown(String message) {
            super(message);
        }

        OutcomeUnknown(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The agent answers, but the store has no leader or the agent knows no server: nothing was written. */
    public static final class NoLeader extends ConsulException {
        NoLeader(String message) {
            super(message);
        }
    }

    /** Consul understood and said no. */
    public static final class Refused extends ConsulException {
        private final int status;
        private final String body;

        Refused(String request, int status, String body) {
            super(request + ": Consul answered " + status + " " + body);
            this.status = status;
            this.body = body;
        }

        /** The HTTP status, such as 400, 403, 404, 413 or 500. */
        public int status() {
            return status;
        }

        /** What Consul said, plain text. */
        public String body() {
            return body;
        }
    }

    /** The answer is none that Consul would give: another program listens there, or the version is too different. */
    public static final class Malformed extends ConsulException {
        Malformed(String message) {
            super(message);
        }

        Malformed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The waiting thread was interrupted, at once; its interrupt flag is set. A write may have happened. */
    public static final class Interrupted extends ConsulException {
        Interrupted(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
