using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Agency;

/// <summary>Image <c>demo_travels_discounts</c>: what each kind of user need not pay.</summary>
internal sealed class DiscountsService : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var chaos = new ChaosMonkey(context);
        var log = new DemoLog(context, "discounts.cs");
        var version = context.Setting("CURRENT_VERSION", "v1");
        await DemoServer.ServeAsync(context, context.Setting("LISTEN_ADDRESS", ":8000"), application => application.MapGet("/discounts/{user}", AnswerAsync), cancellationToken);
        return 0;

        async Task AnswerAsync(HttpContext request)
        {
            var user = request.Request.RouteValues["user"] as string ?? "";
            var headers = TravelHeaders.From(request.Request);
            log.Information($"[discounts/{version}] DiscountsFrom [{request.Request.Headers["discountFrom"]}] from [{headers.Portal}]. Device [{headers.Device}]. User [{user}]. Travel [{headers.Travel}]");
            await chaos.DisturbAsync(headers, request.RequestAborted);
            var discount = user switch { "registered" => 0.10, "new" => 0.25, _ => 0.05 };
            await request.Response.WriteAsync(200, new Discount(user, discount), TravelsJson.Default.Discount);
        }
    }
}
