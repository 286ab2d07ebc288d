package org.raptiformica.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/** Says for people what is wrong with a file of this machine: the JDK's exceptions often have only its path to say. */
final class FileTrouble {

    private static final String DISK_FULL = "No space left on device";

    private FileTrouble() {}

    static Failure of(String where, IOException problem) {
        String what = what(problem);
        StepFailed failure = new StepFailed(
                file(problem).orElse(where),
                what,
                what.contains(DISK_FULL)
                        ? "Make room on the disk that it is on, then run the command again."
                        : "See that this file can be read and written, then run the command again.");
        failure.initCause(problem);
        return failure;
    }

    private static Optional<String> file(IOException problem) {
        return problem instanceof FileSystemException named ? Optional.ofNullable(named.getFile()) : Optional.empty();
    }

    private static String what(IOException problem) {
        return switch (problem) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "there is something else already";
            case NotDirectoryException _ -> "it is no directory";
            case DirectoryNotEmptyException _ -> "this directory is not empty";
            case FileSystemException named ->
                Optional.ofNullable(named.getReason()).orElse("it cannot be used");
            default -> Optional.ofNullable(problem.getMessage()).orElse("it cannot be used");
        };
    }
}
