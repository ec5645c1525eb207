using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Proxy.Tls;

/// <summary>What a client sends in one handshake besides its own certificate: known only while it is judged.</summary>
internal sealed class PresentedChain
{
    private PresentedChain()
    {
    }

    /// <summary>DER, in the client's order; empty before the handshake and without a client certificate.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Intermediates { get; private set; } = [];

    /// <summary>Looks on when these options judge.</summary>
    public static PresentedChain Of(SslServerAuthenticationOptions options)
    {
        var presented = new PresentedChain();
        var judge = options.RemoteCertificateValidationCallback;
        options.RemoteCertificateValidationCallback = (sender, peer, chain, errors) =>
        {
            presented.Note(peer as X509Certificate2, chain);
            return judge?.Invoke(sender, peer, chain, errors) ?? errors == SslPolicyErrors.None;
        };
        return presented;
    }

    // The framework lays what was sent beside the leaf for building the chain.
    private void Note(X509Certificate2? peer, X509Chain? chain)
    {
        if (peer is not null && chain is not null)
        {
            Intermediates = [.. chain.ChainPolicy.ExtraStore.Select(certificate => (ReadOnlyMemory<byte>)certificate.RawData).Where(certificate => !certificate.Span.SequenceEqual(peer.RawDataMemory.Span))];
        }
    }
}
