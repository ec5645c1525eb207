using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Api.Diagnostics;
using Weft.Console;

namespace Weft.Host.Composition;

/// <summary>The console's own metrics on a port of their own: they are scraped at a pod's address, which is no name of the console's.</summary>
internal static class ConsoleMetricsWeb
{
    /// <exception cref="StartException">The port is taken.</exception>
    public static async Task<WebApplication> StartAsync(WeftConsole console, IPEndPoint listen, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen);
        });
        var application = builder.Build();
        application.Run(context => MetricsPage.WriteAsync(context, console));
        try
        {
            await application.StartAsync(cancellationToken);
            return application;
        }
        catch (IOException error)
        {
            await application.DisposeAsync();
            throw new StartException($"the console's metrics cannot be served on {listen}: {error.Message}; choose another port", ExitCodes.Unavailable, error);
        }
    }
}
