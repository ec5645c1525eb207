using System.Text.RegularExpressions;
using Weft.Kubernetes.PortForward;

namespace Weft.Host.Composition;

/// <summary>Where a store that the console reads is: an address of its own, or a Service of the cluster.</summary>
internal sealed partial record BackendAddress
{
    private readonly Uri? _url;
    private readonly string _name = "";
    private readonly string _namespace = "";
    private readonly int _port;
    private readonly string _path = "";

    private BackendAddress(Uri url) => _url = url;

    private BackendAddress(Match service)
    {
        _name = service.Groups["name"].Value;
        _namespace = service.Groups["namespace"].Value;
        _port = int.Parse(service.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture);
        _path = service.Groups["path"].Value;
    }

    /// <param name="option">Named in the error.</param>
    /// <exception cref="StartException">It is neither.</exception>
    public static BackendAddress Parse(string option, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return new BackendAddress(url);
        }

        var service = Service().Match(text);
        return service.Success && service.Groups["port"].Value is { Length: < 6 }
            ? new BackendAddress(service)
            : throw new StartException($"{option}: '{text}' is neither a URL (http://prometheus.example.com:9090) nor a Service (prometheus.istio-system:9090)", ExitCodes.Usage);
    }

    /// <summary>Where requests go. Outside of the cluster a Service is reached by port-forward, and only a client of <see cref="ClusterDialer"/> understands its address.</summary>
    public Uri Resolve(bool isInCluster, out bool isForwarded)
    {
        isForwarded = _url is null && !isInCluster;
        return _url is not null ? _url
            : isForwarded ? new Uri(ClusterDialer.Service(_namespace, _name, _port), _path)
            : new Uri($"http://{_name}.{_namespace}.svc:{_port}{_path}");
    }

    [GeneratedRegex(@"^(?<name>[a-z0-9][a-z0-9-]*)\.(?<namespace>[a-z0-9][a-z0-9-]*)(\.svc(\.[a-z0-9.-]+)?)?:(?<port>[0-9]+)(?<path>/.*)?$")]
    private static partial Regex Service();
}
