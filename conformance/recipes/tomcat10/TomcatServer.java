// Tomcat, embedded: / is short, /large is not, POST sends back what it got.

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

public class TomcatServer {
    public static void main(String[] arguments) throws Exception {
        byte[] large = Files.readAllBytes(Path.of(arguments[3]));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[4]);
        tomcat.getService().addConnector(connector(arguments[0]));

        Connector tls = connector(arguments[1]);
        tls.setSecure(true);
        tls.setScheme("https");
        tls.setProperty("SSLEnabled", "true");
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.RSA);
        certificate.setCertificateKeystoreFile(arguments[2]);
        certificate.setCertificateKeystorePassword("password");
        certificate.setCertificateKeystoreType("PKCS12");
        host.addCertificate(certificate);
        tls.addSslHostConfig(host);
        tomcat.getService().addConnector(tls);

        Context context = tomcat.addContext("", arguments[4]);
        Tomcat.addServlet(context, "everything", new Everything(large));
        context.addServletMappingDecoded("/*", "everything");
        tomcat.start();
        tomcat.getServer().await();
    }

    private static Connector connector(String port) {
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(Integer.parseInt(port));
        Http2Protocol http2 = new Http2Protocol();
        // A handful of small frames is an attack to it otherwise, and most cases end there.
        http2.setOverheadCountFactor(0);
        http2.setOverheadResetFactor(0);
        http2.setOverheadContinuationThreshold(0);
        http2.setOverheadDataThreshold(0);
        http2.setOverheadWindowUpdateThreshold(0);
        connector.addUpgradeProtocol(http2);
        return connector;
    }

    private static class Everything extends HttpServlet {
        private final byte[] large;

        Everything(byte[] large) {
            this.large = large;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            String path = request.getRequestURI();
            if (path.equals("/status/204") || path.equals("/status/304")) {
                response.setStatus(Integer.parseInt(path.substring(8)));
                return;
            }
            byte[] body = "hello from Tomcat\n".getBytes();
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
}
