package org.raptiformica.cluster.notice;

import com.google.gson.JsonObject;

/** A web address that takes {@code {"text": …}}, as chat services do. */
record Webhook(String url) implements Receiver {

    /** Without the address: that of many a webhook is its password. */
    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void tell(String text) {
        JsonObject message = new JsonObject();
        message.addProperty("text", text);
        HttpPost.send(name(), url, message);
    }
}
