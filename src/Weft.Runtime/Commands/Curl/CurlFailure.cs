using System.Net.Sockets;
using Weft.Runtime.Network;
using System.Security.Authentication;

namespace Weft.Runtime.Commands.Curl;

/// <summary>What goes wrong on a connection, in curl's codes and words.</summary>
internal static class CurlFailure
{
    public static CurlException OfDial(string host, int port, TimeSpan after, Exception failure) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.HostNotFound } or HostUnknownException => new CurlException(CurlException.CannotResolve, $"Could not resolve host: {host}", failure),
        _ => new CurlException(CurlException.CannotConnect, $"Failed to connect to {host} port {port} after {(int)after.TotalMilliseconds} ms: Couldn't connect to server", failure),
    };

    public static CurlException Of(HttpRequestException failure) => Innermost(failure) switch
    {
        CurlException own => own,
        AuthenticationException untrusted when untrusted.Message.Contains("RemoteCertificate", StringComparison.Ordinal) =>
            new CurlException(CurlException.NotTrusted, $"SSL certificate problem: {untrusted.Message}", failure),
        AuthenticationException tls => new CurlException(CurlException.TlsFailed, $"TLS connect error: {tls.Message}", failure),
        _ when failure.HttpRequestError == HttpRequestError.SecureConnectionError => new CurlException(CurlException.TlsFailed, $"TLS connect error: {Innermost(failure).Message}", failure),
        _ when failure.HttpRequestError == HttpRequestError.ResponseEnded => new CurlException(CurlException.Nothing, "Empty reply from server", failure),
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => new CurlException(CurlException.CannotReceive, "Recv failure: Connection reset by peer", failure),
        var other => new CurlException(CurlException.CannotReceive, other.Message, failure),
    };

    private static Exception Innermost(Exception failure) => failure is CurlException || failure.InnerException is not { } inner ? failure : Innermost(inner);
}
