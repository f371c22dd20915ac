// netty's HTTP/2 codec and one handler: / is short, /large is not, POST sends back what it got.

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import java.nio.file.Files;
import java.nio.file.Path;

public class NettyServer {
    public static void main(String[] arguments) throws Exception {
        byte[] large = Files.readAllBytes(Path.of(arguments[1]));
        NioEventLoopGroup loop = new NioEventLoopGroup(1);
        ServerBootstrap server = new ServerBootstrap().group(loop);
        server.channel(NioServerSocketChannel.class);
        server.childHandler(
                new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(Http2FrameCodecBuilder.forServer().build());
                        channel.pipeline().addLast(new Http2MultiplexHandler(new Stream(large)));
                    }
                });
        int port = Integer.parseInt(arguments[0]);
        server.bind("127.0.0.1", port).sync().channel().closeFuture().sync();
    }

    private static class Stream extends ChannelInitializer<Channel> {
        private final byte[] large;

        Stream(byte[] large) {
            this.large = large;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new Exchange(large));
        }
    }

    private static class Exchange extends ChannelDuplexHandler {
        private final byte[] large;
        private final ByteBuf sent = Unpooled.buffer();
        private Http2Headers request;

        Exchange(byte[] large) {
            this.large = large;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean last = false;
            if (message instanceof Http2HeadersFrame) {
                Http2HeadersFrame frame = (Http2HeadersFrame) message;
                if (request == null) {
                    request = frame.headers();
                }
                last = frame.isEndStream();
            } else if (message instanceof Http2DataFrame) {
                Http2DataFrame frame = (Http2DataFrame) message;
                sent.writeBytes(frame.content());
                last = frame.isEndStream();
                frame.release();
            }
            if (last) {
                answer(context);
            }
        }

        private void answer(ChannelHandlerContext context) {
            String path = String.valueOf(request.path());
            Http2Headers fields = new DefaultHttp2Headers();
            if (path.equals("/status/204") || path.equals("/status/304")) {
                fields.status(path.substring(8));
                context.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true));
                return;
            }
            fields.status("200").set("content-type", "text/plain");
            String method = String.valueOf(request.method());
            if (method.equals("HEAD")) {
                context.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true));
                return;
            }
            ByteBuf body = Unpooled.copiedBuffer("hello from netty\n".getBytes());
            if (path.equals("/large")) {
                body = Unpooled.wrappedBuffer(large);
            } else if (method.equals("POST")) {
                body = sent;
            }
            context.write(new DefaultHttp2HeadersFrame(fields, false));
            context.writeAndFlush(new DefaultHttp2DataFrame(body, true));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // To close the channel says CANCEL, whatever the codec has found.
            if (cause instanceof Http2Exception) {
                Http2Error code = ((Http2Exception) cause).error();
                context.writeAndFlush(new DefaultHttp2ResetFrame(code));
            }
            context.close();
        }
    }
}
