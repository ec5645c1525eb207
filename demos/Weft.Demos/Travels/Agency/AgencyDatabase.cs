using Weft.Demos.Hosting;
using Weft.Demos.MySql;

namespace Weft.Demos.Travels.Agency;

/// <summary>The agency's database as its services' environment names it.</summary>
internal static class AgencyDatabase
{
    public static MySqlDatabase From(DemoContext context)
    {
        var (host, port) = Address(context.Setting("MYSQL_SERVICE"));
        return new MySqlDatabase(context, host, port)
        {
            User = context.Setting("MYSQL_USER", "root"),
            Password = context.Setting("MYSQL_PASSWORD"),
            Schema = context.Setting("MYSQL_DATABASE", "test"),
        };
    }

    private static (string Host, int Port) Address(string service)
    {
        var colon = service.LastIndexOf(':');
        return colon > 0 && int.TryParse(service.AsSpan(colon + 1), out var port) ? (service[..colon], port) : (service, 3306);
    }
}
