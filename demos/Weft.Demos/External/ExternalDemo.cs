using Weft.Demos.External.Curl;
using Weft.Demos.External.HttpBin;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

/// <summary>The client of the external scenario and Istio's httpbin sample, as images.</summary>
internal static class ExternalDemo
{
    public static IReadOnlyDictionary<string, Func<IDemoWorkload>> Images { get; } = new Dictionary<string, Func<IDemoWorkload>>
    {
        ["curlimages/curl"] = static () => new CurlService(),
        ["mccutchen/go-httpbin"] = static () => new HttpBinService(),
    };
}
