package dev.fairlead.driver;

import java.util.Map;
import java.util.stream.Collectors;

/** No server that was tried could be used; the message says what each of them answered. */
public final class ConnectionFailedException extends RoutingException {
    private static final long serialVersionUID = 1L;

    /** @param answers each address that was tried, with what came of it */
    public ConnectionFailedException(String what, Map<String, String> answers) {
        super(
                what + ": "
                        + answers.entrySet().stream()
                                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                                .collect(Collectors.joining(", ")),
                null);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
