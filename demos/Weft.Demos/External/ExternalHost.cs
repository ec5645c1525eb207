using Weft.Demos.External.Google;
using Weft.Demos.External.HttpBin;

namespace Weft.Demos.External;

/// <summary>
/// A host outside the mesh, stood in for on this machine: a name, so many addresses, and what answers there on ports 80 and 443.
/// Whoever runs a scenario gives the addresses (of <c>127.B.192.0/18</c>), makes the name resolve to all of them, and runs the host for as long as the mesh.
/// </summary>
/// <param name="AddressCount">How many addresses the name has.</param>
public sealed record ExternalHost(string Name, int AddressCount)
{
    public const int PlainPort = 80;
    public const int TlsPort = 443;

    private Func<TimeProvider, IExternalSite> Site { get; init; } = static _ => throw new InvalidOperationException("a host needs a site");

    /// <summary>httpbin.org: answers as it is asked to, at two addresses.</summary>
    public static ExternalHost HttpBin { get; } = new("httpbin.org", 2) { Site = static time => new HttpBinOrg(time) };

    /// <summary>www.googleapis.com: the book API, with a quota for callers without a key.</summary>
    public static ExternalHost GoogleApis { get; } = new("www.googleapis.com", 1) { Site = static time => new BooksApi(time) };

    /// <summary>All hosts that there are.</summary>
    public static IReadOnlyList<ExternalHost> All { get; } = [HttpBin, GoogleApis];

    /// <summary>Listens on both ports of all addresses and answers until cancelled.</summary>
    /// <exception cref="IOException">An address or port is taken.</exception>
    public async Task RunAsync(ExternalHostContext context, CancellationToken cancellationToken)
    {
        using var certificate = context.Authority.Issue(Name);
        await ExternalServer.ServeAsync(this, context, Site(context.Time), certificate, cancellationToken);
    }
}

/// <summary>What an external host gets from the place that runs it.</summary>
public sealed record ExternalHostContext
{
    /// <summary>As many as the host's <see cref="ExternalHost.AddressCount"/>.</summary>
    public required IReadOnlyList<System.Net.IPAddress> Addresses { get; init; }

    /// <summary>Issues the host's certificate.</summary>
    public required ExternalAuthority Authority { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Writes one line of the host's log.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>Called once, when all listeners take connections.</summary>
    public Action Listening { get; init; } = static () => { };
}
