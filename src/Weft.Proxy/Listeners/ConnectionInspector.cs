using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Listeners;

/// <summary>What the listener filters found in the first bytes.</summary>
internal sealed record InspectionResult(bool IsTls, string ServerName, IReadOnlyList<string> Protocols)
{
    public static InspectionResult Nothing { get; } = new(false, "", []);
}

/// <summary>
/// Runs the listener filters that are configured (tls_inspector, http_inspector) without consuming a byte. Where none is,
/// nothing is read, so that a server may speak first.
/// </summary>
internal sealed class ConnectionInspector(TimeProvider time)
{
    /// <summary>Once a client has begun, it must get to the point (slow-loris).</summary>
    private static readonly TimeSpan LimitOnceBegun = TimeSpan.FromSeconds(15);

    /// <summary>Null when the client closed without a byte, or dawdled.</summary>
    public async Task<InspectionResult?> InspectAsync(DownstreamConnection connection, ListenerModel listener, CancellationToken cancellationToken)
    {
        var port = connection.OriginalDestination.Port;
        var tls = listener.Inspection.InspectsTls(port);
        var http = listener.Inspection.InspectsHttp(port);
        if (!tls && !http)
        {
            return InspectionResult.Nothing;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), limit, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var begun = false;
        while (true)
        {
            var read = await connection.Input.ReadAsync(limit.Token);
            var result = Look(read.Buffer, tls, http);
            connection.Input.AdvanceTo(read.Buffer.Start, result is null ? read.Buffer.End : read.Buffer.Start);
            if (result is not null || (read.IsCompleted && read.Buffer.IsEmpty))
            {
                return result;
            }

            if (read.IsCompleted)
            {
                return InspectionResult.Nothing;
            }

            if (!begun)
            {
                begun = true;
                timer.Change(LimitOnceBegun, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static InspectionResult? Look(ReadOnlySequence<byte> buffer, bool tls, bool http)
    {
        var bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        if (tls)
        {
            var state = ClientHello.Inspect(bytes, out var hello);
            if (state == InspectionState.Found)
            {
                return new InspectionResult(true, hello!.ServerName, hello.Alpn);
            }

            if (state == InspectionState.NeedMore)
            {
                return null;
            }
        }

        if (!http)
        {
            return InspectionResult.Nothing;
        }

        return HttpPreface.Inspect(bytes, out var protocol) switch
        {
            InspectionState.Found => new InspectionResult(false, "", [protocol]),
            InspectionState.NotFound => InspectionResult.Nothing,
            _ => null,
        };
    }
}

/// <summary>Options of one server handshake.</summary>
internal static class DownstreamHandshake
{
    /// <param name="offered">The client's ALPN, by inspection; empty when unknown.</param>
    public static SslServerAuthenticationOptions Options(DownstreamTlsModel tls, WorkloadCertificate certificate, WorkloadSecrets secrets, IReadOnlyList<string> offered)
    {
        // BoringSSL goes on without ALPN when nothing is common; SslStream would refuse.
        var common = tls.Alpn.FirstOrDefault(offered.Contains);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = tls.Protocols,
            ClientCertificateRequired = tls.RequireClientCertificate,
            ApplicationProtocols = common is null ? null : [new SslApplicationProtocol(common)],
            CertificateChainPolicy = tls.Validation.ChainPolicy(secrets),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, peer, _, errors) =>
                peer is null ? !tls.RequireClientCertificate : tls.Validation.Accepts(peer as X509Certificate2, errors),
        };
    }
}
