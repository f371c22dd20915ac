// An HTTP/2 server from Go's libraries: / is short, /large is not, POST sends back what it got.
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
)

func main() {
	tcp, tls, cert, key := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	large, err := os.ReadFile(os.Args[5])
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello from Go\n")
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { w.Write(large) })
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	mux.HandleFunc("/status/204", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	mux.HandleFunc("/status/304", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) })
	go func() {
		log.Fatal(http.ListenAndServeTLS("127.0.0.1:"+tls, cert, key, mux))
	}()
	log.Fatal(http.ListenAndServe("127.0.0.1:"+tcp, h2c.NewHandler(mux, &http2.Server{})))
}
