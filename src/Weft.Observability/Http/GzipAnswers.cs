using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Weft.Observability.Http;

/// <summary>JSON and text are compressed for those who ask for it, as Prometheus, Jaeger and Tempo do. Fast rather than small: most clients are near.</summary>
internal static class GzipAnswers
{
    public static void AddGzipAnswers(this IServiceCollection services)
    {
        services.AddResponseCompression(static options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = ["application/json", "text/plain", "application/protobuf"];
        });
        services.Configure<GzipCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
    }
}
