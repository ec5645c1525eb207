using Weft.Demos.Hosting;

namespace Weft.Demos.External.HttpBin;

/// <summary>Image <c>go-httpbin</c>, as Istio's sample runs it in the mesh.</summary>
internal sealed class HttpBinService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var endpoints = new HttpBinEndpoints(context.Time, headersAsLists: true);
        await DemoServer.ServeAsync(context, ":" + context.Setting("PORT", "8080"), endpoints.Map, cancellationToken);
        return 0;
    }
}
