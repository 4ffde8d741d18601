"""The kubectl function of the CDK asks boto3 one thing: in which partition a region lies."""


class Session:
    def get_partition_for_region(self, region):
        return 'aws-cn' if region.startswith('cn-') else 'aws-us-gov' if region.startswith('us-gov-') else 'aws'
