package org.raptiformica.mesh;

/** A running engine could not be asked, or refused. Something for a reconciler to act on, not for a person. */
public abstract sealed class EngineException extends RuntimeException {

    private EngineException(String message) {
        super(message);
    }

    /** Nothing listens where the engine should: it does not run. */
    public static final class NotRunning extends EngineException {
        public NotRunning(String message) {
            super(message);
        }
    }

    /** It did not answer within the limit. */
    public static final class NoAnswer extends EngineException {
        public NoAnswer(String message) {
            super(message);
        }
    }

    /** It answered with an error; the message is the engine's. */
    public static final class Refused extends EngineException {
        public Refused(String message) {
            super(message);
        }
    }

    /** What it answered is not what its protocol says. */
    public static final class Garbled extends EngineException {
        public Garbled(String message) {
            super(message);
        }
    }
}
