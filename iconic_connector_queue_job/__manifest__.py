{
    "name": "THE ICONIC Connector: Job Queue",
    "summary": "Run the jobs of many accounts side by side, on OCA's job queue",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "iconic_connector contributors",
    "depends": ["iconic_connector", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
