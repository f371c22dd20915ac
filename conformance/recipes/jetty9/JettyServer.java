// Jetty, embedded: / is short, /large is not, POST sends back what it got.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;

public class JettyServer {
    public static void main(String[] arguments) throws Exception {
        byte[] large = Files.readAllBytes(Path.of(arguments[3]));
        Server server = new Server();
        HttpConfiguration plain = new HttpConfiguration();
        ServerConnector tcp =
                new ServerConnector(
                        server,
                        new HttpConnectionFactory(plain),
                        new HTTP2CServerConnectionFactory(plain));
        tcp.setHost("127.0.0.1");
        tcp.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(tcp);

        HttpConfiguration secured = new HttpConfiguration();
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        customizer.setSniHostCheck(false);
        secured.addCustomizer(customizer);
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStorePath(arguments[2]);
        context.setKeyStorePassword("password");
        context.setKeyStoreType("PKCS12");
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2");
        ServerConnector tls =
                new ServerConnector(
                        server,
                        new SslConnectionFactory(context, alpn.getProtocol()),
                        alpn,
                        new HTTP2ServerConnectionFactory(secured));
        tls.setHost("127.0.0.1");
        tls.setPort(Integer.parseInt(arguments[1]));
        server.addConnector(tls);

        server.setHandler(
                new AbstractHandler() {
                    @Override
                    public void handle(
                            String target,
                            Request request,
                            HttpServletRequest from,
                            HttpServletResponse to)
                            throws IOException {
                        request.setHandled(true);
                        answer(target, from, to, large);
                    }
                });
        server.start();
        server.join();
    }

    private static void answer(
            String path, HttpServletRequest request, HttpServletResponse response, byte[] large)
            throws IOException {
        if (path.equals("/status/204") || path.equals("/status/304")) {
            response.setStatus(Integer.parseInt(path.substring(8)));
            return;
        }
        byte[] body = "hello from Jetty\n".getBytes();
        if (path.equals("/large")) {
            body = large;
        } else if (request.getMethod().equals("POST")) {
            body = request.getInputStream().readAllBytes();
        }
        response.setContentType("text/plain");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
